"""Pages of an official. They call the kernel and hold no rule of their own."""
