"""Page shell, components, form widgets and charts; knows no domain."""
