/// Prekeys, ratchets, sender keys, as values.
///
/// Each operation takes a value and returns the next one, with randomness as a parameter. Knows
/// nothing of stores or stanzas but JIDs.
@NullMarked
package holdfast.signal;

import org.jspecify.annotations.NullMarked;
