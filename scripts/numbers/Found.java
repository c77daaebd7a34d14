package numbers;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The places that were counted, row by row. */
final class Found {

    /** A place in the main code; {@code file} is relative to its root. */
    record Place(String file, long line, String what) {
        @Override
        public String toString() {
            return file + ":" + line + "  " + what;
        }
    }

    private static final int LONGEST_SHOWN = 100;

    private final Map<Row, List<Place>> places = new EnumMap<>(Row.class);
    private final SourcePositions positions;

    Found(SourcePositions positions) {
        this.positions = positions;
    }

    void add(Row row, String file, long line, String what) {
        places.computeIfAbsent(row, key -> new ArrayList<>()).add(new Place(file, line, what));
    }

    void add(Row row, String file, CompilationUnitTree unit, Tree tree, String what) {
        add(row, file, unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree)), what);
    }

    void add(Row row, String file, CompilationUnitTree unit, Tree tree) {
        String code = tree.toString().replaceAll("\\s+", " ");
        add(row, file, unit, tree, code.length() <= LONGEST_SHOWN ? code : code.substring(0, LONGEST_SHOWN) + "...");
    }

    List<Place> of(Row row) {
        return Collections.unmodifiableList(places.getOrDefault(row, List.of()));
    }

    long files(Row row) {
        return of(row).stream().map(Place::file).distinct().count();
    }
}
