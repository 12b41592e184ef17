"""How figures are written, by language, where Django has it otherwise."""
