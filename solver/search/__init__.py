"""From a formulation to the best selection: the exact search, what it begins with, and quicker ways."""
