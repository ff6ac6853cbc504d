package holdfast.sandbox.phone;

/// What a phone encrypts with.
record Secrets(PhoneKeys keys, Ratchets ratchets, GroupKeys groups) {}
