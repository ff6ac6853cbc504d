package holdfast.stanza;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ordered attributes of an element: names and values in one array, searched from the start.
///
/// A stanza has a handful of them, so this is smaller and quicker than a hash table. Immutable.
final class Attributes extends AbstractMap<String, Attribute> {
  static final Attributes NONE = new Attributes(new Object[0]);

  private final Object[] pairs;

  private Attributes(Object[] pairs) {
    this.pairs = pairs;
  }

  /// Takes over `pairs` (name, value, name, value …); the caller has made sure of distinct names.
  static Attributes ofPairs(Object[] pairs) {
    return pairs.length == 0 ? NONE : new Attributes(pairs);
  }

  static Attributes copyOf(Map<String, Attribute> map) {
    if (map instanceof Attributes attributes) {
      return attributes;
    }
    var pairs = new Object[2 * map.size()];
    int next = 0;
    for (var entry : map.entrySet()) {
      pairs[next++] = entry.getKey();
      pairs[next++] = entry.getValue();
    }
    return ofPairs(pairs);
  }

  String nameAt(int index) {
    return (String) pairs[2 * index];
  }

  Attribute valueAt(int index) {
    return (Attribute) pairs[2 * index + 1];
  }

  /// The same with `name` set: in its old place if it is there, else at the end.
  Attributes with(String name, Attribute value) {
    int at = indexOf(name);
    int length = pairs.length;
    var copy = Arrays.copyOf(pairs, at < 0 ? length + 2 : length);
    copy[at < 0 ? length : 2 * at] = name;
    copy[at < 0 ? length + 1 : 2 * at + 1] = value;
    return new Attributes(copy);
  }

  Attributes without(String name) {
    int at = indexOf(name);
    if (at < 0) {
      return this;
    }
    var copy = Arrays.copyOf(pairs, pairs.length - 2);
    System.arraycopy(pairs, 2 * at + 2, copy, 2 * at, copy.length - 2 * at);
    return ofPairs(copy);
  }

  private int indexOf(@Nullable Object name) {
    for (int index = 0; index < pairs.length; index += 2) {
      if (pairs[index].equals(name)) {
        return index / 2;
      }
    }
    return -1;
  }

  @Override
  public @Nullable Attribute get(@Nullable Object name) {
    int at = indexOf(name);
    return at < 0 ? null : valueAt(at);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return indexOf(name) >= 0;
  }

  @Override
  public int size() {
    return pairs.length / 2;
  }

  @Override
  public Set<Map.Entry<String, Attribute>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Attribute>> iterator() {
        return entries();
      }

      @Override
      public int size() {
        return Attributes.this.size();
      }
    };
  }

  private Iterator<Map.Entry<String, Attribute>> entries() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Map.Entry<String, Attribute> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        var entry = Map.entry(nameAt(next), valueAt(next));
        next++;
        return entry;
      }
    };
  }
}
