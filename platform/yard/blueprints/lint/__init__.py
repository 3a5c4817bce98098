"""What is wrong, or doubtful, in a template: one module per file of the template. All findings are collected."""
