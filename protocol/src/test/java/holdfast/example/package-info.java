/// Programs that use the library as its users do; shown in the module's README.
@NullMarked
package holdfast.example;

import org.jspecify.annotations.NullMarked;
