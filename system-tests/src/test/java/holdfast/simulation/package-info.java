/// The real core and the real loop over a simulated network, store and clock, on one thread.
///
/// A seed is a whole life: who asks for what and when, and what goes wrong. What always holds is
/// checked after each step; a seed that breaks it can be played again, step for step.
@NullMarked
package holdfast.simulation;

import org.jspecify.annotations.NullMarked;
