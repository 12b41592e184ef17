"""Messages of which nobody knows whether they left: asked about, settled, never sent again in the hope."""
