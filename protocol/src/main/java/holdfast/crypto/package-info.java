/// The only user of `javax.crypto` and of the curve library.
///
/// Owns primitives with WhatsApp's exact shapes: X25519, XEdDSA, HKDF, HMAC, AES. Knows nothing of
/// protocols, keys' meaning or storage.
@NullMarked
package holdfast.crypto;

import org.jspecify.annotations.NullMarked;
