package holdfast.step;

import holdfast.store.Account;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// What a feature is given beside its input: the draft, the linked account, the moment and the
/// randomness.
public record Context(
    Draft draft, Account account, Credentials credentials, Instant now, RandomGenerator random) {}
