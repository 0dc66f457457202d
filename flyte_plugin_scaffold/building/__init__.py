"""From answers to the model, and what is wrong with them."""
