package holdfast.signal;

import holdfast.crypto.KeyPair;

/// A one-time prekey; `id` in 1 … 0xFFFFFF.
public record PreKey(int id, KeyPair pair) {}
