"""What a person sees across sectors: home, search, my cases, my documents, my data, my messages."""
