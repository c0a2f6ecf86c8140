"""Risk: joint outcomes with probabilities, and measures of what they may cost."""
