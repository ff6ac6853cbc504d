package holdfast.sandbox.server;

import holdfast.sandbox.phone.LinkCode;
import holdfast.sandbox.phone.Phone;
import java.util.concurrent.CompletableFuture;

/// A code that somebody typed on a phone; open until the companion's bundle shows whether it was
/// the right one.
record CodeEntry(Phone phone, LinkCode.Typed typed, CompletableFuture<Integer> linked) {}
