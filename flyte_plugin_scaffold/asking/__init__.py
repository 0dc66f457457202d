"""The prompts: how answers are spelled, the draft of them all, and what is said to the person who renders."""
