package holdfast.store;

import java.time.Instant;
import java.util.List;

/// The devices that an account had when it was asked: device numbers, 0 for the phone.
public record DeviceList(List<Integer> devices, Instant at) {}
