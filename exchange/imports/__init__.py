"""Files of others, read under limits: city lists, official workbooks, tables."""
