/// what needs more than one module: whole systems, outside peers, and the state of the tree itself
///
/// The peers here are real clients that others wrote, unmodified, in processes of their own. This
/// package knows the public faces of the modules and nothing inside them.
@NullMarked
package holdfast.system;

import org.jspecify.annotations.NullMarked;
