"""Groups of commands that stand beside the walk: models, rubrics, surveys."""
