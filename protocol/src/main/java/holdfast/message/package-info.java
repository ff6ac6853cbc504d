/// Messages in and out: decrypt, map, dedupe; queue, encrypt, resend.
///
/// Knows what a message says and whom it must reach; devices and bundles come from `device`.
@NullMarked
package holdfast.message;

import org.jspecify.annotations.NullMarked;
