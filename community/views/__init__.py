"""The pages where the kinds meet, a module for each group of pages."""
