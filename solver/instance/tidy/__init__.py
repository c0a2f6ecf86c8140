"""A copy of an instance's files with every repair that changes nothing but what it lists."""
