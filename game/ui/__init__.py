"""What the window is drawn with, and what it hears: theme, canvas, shapes, widgets, charts, inputs, audio."""
