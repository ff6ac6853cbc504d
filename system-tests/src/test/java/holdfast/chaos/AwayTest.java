package holdfast.chaos;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsNamespace
class AwayTest {
  @Test
  @DisplayName("R40: a network that is away for 5 s costs no connection, and none is opened")
  void shortly() throws Exception {
    Namespace.run("away", "5");
  }

  @Test
  @DisplayName(
      "R40: a network that is away for 60 s is noticed within 50 s, and everybody is connected 5 s"
          + " after it is back")
  void forLong() throws Exception {
    Namespace.run("away", "60");
  }
}
