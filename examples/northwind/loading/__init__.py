"""The parts of `load.py`: a GraphQL client, the CSV files, figures and their comparison."""
