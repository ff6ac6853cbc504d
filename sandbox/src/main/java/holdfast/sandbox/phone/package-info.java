/// Simulated phones: the primary device of each account, with real keys and ratchets.
///
/// A phone is an endpoint like a companion: it gets stanzas and sends stanzas, and reads from the
/// world only what a client may ask the server for (devices, bundles, groups). Stored, by kind and
/// key: `phone` (number), `ratchet` (number/address), `senderkey` (number/group/address), `given`
/// (number/group), `note` (number/sequence), `sent` (number/id).
@NullMarked
package holdfast.sandbox.phone;

import org.jspecify.annotations.NullMarked;
