/// Receipts, retries, acks: what is answered to what arrives, and what answers mean for what was
/// sent.
///
/// Knows no message content but the kept plaintext that a retry asks for.
@NullMarked
package holdfast.receipt;

import org.jspecify.annotations.NullMarked;
