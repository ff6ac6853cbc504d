/// What holds for the module as a whole: the arrows between its packages.
@NullMarked
package holdfast;

import org.jspecify.annotations.NullMarked;
