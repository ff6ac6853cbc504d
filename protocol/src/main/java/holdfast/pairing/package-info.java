/// Becoming a companion: QR, the eight-character code, the signed device identity.
///
/// Pure: stanzas in, credentials and stanzas out. Every signature is checked for real.
@NullMarked
package holdfast.pairing;

import org.jspecify.annotations.NullMarked;
