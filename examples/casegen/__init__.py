"""The parts of `make_cases.py`: invented people, doors, loans and their stories, and the files that carry them."""
