"""Generated calls, so that every page can be looked at with life in it; no call of anyone's."""
