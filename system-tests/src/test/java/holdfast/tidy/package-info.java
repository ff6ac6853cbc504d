/// What formatters and compilers miss: the state of the tree itself, as a test.
///
/// Reads source and docs as text or as syntax, never as classes; knows nothing of what the code
/// does.
@NullMarked
package holdfast.tidy;

import org.jspecify.annotations.NullMarked;
