package holdfast.sandbox.world;

import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Where the world is kept: rows of bytes under a kind and a key.
///
/// Writes are gathered and become durable together at [#commit]; a value is encoded then, once,
/// however often it was put. Used by the world's thread only.
public interface Records extends AutoCloseable {
  void put(String kind, String key, Supplier<byte[]> value);

  void remove(String kind, String key);

  /// Gives each row of a kind, in the order of its key.
  void each(String kind, BiConsumer<String, byte[]> row);

  void commit();

  @Override
  void close();

  /// A world that is forgotten when its process ends.
  static Records forgetful() {
    return new Records() {
      @Override
      public void put(String kind, String key, Supplier<byte[]> value) {}

      @Override
      public void remove(String kind, String key) {}

      @Override
      public void each(String kind, BiConsumer<String, byte[]> row) {}

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }
}
