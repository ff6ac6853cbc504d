/// Group metadata as the core needs it: members, addressing, and when a sender key must change.
///
/// Knows nothing of encryption but that a member who left makes the shared keys void.
@NullMarked
package holdfast.group;

import org.jspecify.annotations.NullMarked;
