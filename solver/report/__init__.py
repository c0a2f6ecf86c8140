"""What people read: reports made of blocks, and what prints them or writes them as Markdown."""
