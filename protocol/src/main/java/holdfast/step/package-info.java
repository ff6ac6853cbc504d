/// What a feature is given and what it answers with: context, queries, effects.
///
/// The vocabulary that the features and the session share, so that features needn't know each
/// other.
@NullMarked
package holdfast.step;

import org.jspecify.annotations.NullMarked;
