package holdfast.crypto;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Cipher and digest objects for reuse: making one costs more than using it. Safe for any kind of
/// thread; an object is in one hand at a time. Bounded by the number of hands that ever held one
/// at once.
final class Pool<T> {
  private final Supplier<T> maker;
  private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();

  Pool(Supplier<T> maker) {
    this.maker = maker;
  }

  T take() {
    var object = idle.poll();
    return object == null ? maker.get() : object;
  }

  /// Only what is fit for use again: an object that has thrown is dropped instead.
  void give(T object) {
    idle.add(object);
  }
}
