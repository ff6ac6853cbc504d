/// What the core asks of a store: `Draft`, its records, `Batch`; data only.
///
/// Knows how each record is kept as bytes and nothing of databases. A draft answers from what its
/// batch has written, then from the session's cache, then from the store, and keeps writes until
/// the commit.
@NullMarked
package holdfast.store;

import org.jspecify.annotations.NullMarked;
