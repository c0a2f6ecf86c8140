"""An independent second implementation of the selection problem, written from the specification alone."""
