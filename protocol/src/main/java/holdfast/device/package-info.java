/// Usync, device lists, LID ↔ phone, identities, prekeys.
///
/// Knows which devices an account has and how a ratchet with one of them begins.
@NullMarked
package holdfast.device;

import org.jspecify.annotations.NullMarked;
