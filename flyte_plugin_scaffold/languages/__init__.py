"""From values of the model to expressions of the language that they are printed in."""
