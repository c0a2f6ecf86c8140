"""The five models that turn facts into coefficients."""
