"""Words: from activity to what each party said, and when."""
