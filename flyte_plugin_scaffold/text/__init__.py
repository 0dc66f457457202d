"""Text alone: characters, words, names, and how they are laid out. Knows nothing of Kubernetes or Flyte."""
