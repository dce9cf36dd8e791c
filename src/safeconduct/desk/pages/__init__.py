"""The screens: one module each, a function for each address. They read `view`, call the `Desk`, and write HTML."""
