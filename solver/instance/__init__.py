"""What the planner knows: tables, sections, carriers, validation."""
