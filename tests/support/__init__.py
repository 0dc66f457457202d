"""What several test folders share: the kinds that are rendered, the toolchain, and renderings that are kept."""
