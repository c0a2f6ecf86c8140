"""Pictures of answers: Vega-Lite views as plain dicts, one file for each, their data beside them as rows."""
