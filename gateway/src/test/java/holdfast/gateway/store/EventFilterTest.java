package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.store.Event;
import holdfast.store.Outbound;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventFilterTest {
  static Stream<Class<?>> events() {
    return Arrays.stream(Event.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("events")
  @DisplayName("Every event that there is can be asked for by its type and by its family")
  void knowsEach(Class<?> kind) throws ReflectiveOperationException {
    var type = any(kind).type();
    var family = type.substring(0, type.indexOf('.')) + ".*";
    assertThat(EventFilter.TYPES).contains(type);
    assertThat(EventFilter.unknown(List.of(type, family))).isEmpty();
  }

  /// One of its kind, of which only the type is to be asked.
  private static Event any(Class<?> kind) throws ReflectiveOperationException {
    var parts = kind.getRecordComponents();
    var types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class[]::new);
    var values = Arrays.stream(types).map(EventFilterTest::part).toArray();
    var constructor = kind.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return (Event) constructor.newInstance(values);
  }

  /// Null where it is of no matter.
  private static @Nullable Object part(Class<?> type) {
    if (type == boolean.class) {
      return false;
    }
    if (type.isPrimitive()) {
      return type == int.class ? (Object) 0 : (Object) 0L;
    }
    return switch (type.getSimpleName()) {
      case "String" -> "connected";
      case "Optional" -> Optional.empty();
      case "Instant" -> Instant.EPOCH;
      case "State" -> Outbound.State.SENT;
      default -> null;
    };
  }
}
