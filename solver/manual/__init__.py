"""What people read: one Markdown page per subject, listed in `pages`; a test runs every block of them."""
