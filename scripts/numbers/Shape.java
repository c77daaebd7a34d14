package numbers;

import static numbers.Types.nameOf;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/** Counts what can be seen in the syntax tree of one file: types, fields, branches, questions for null. */
final class Shape extends TreePathScanner<Void, Void> {

    private static final int COMPLEX_FROM = 12;
    private static final Pattern FAILURE = Pattern.compile(".*(Failure|Fault|Refusal)");
    /** The call, and the parts it may fall into. */
    private static final Pattern TRAVELS = Pattern.compile(
            "(Gateway|Client)?Call(Record|Life|State|Facts|Context|Data|Notes|Outcome|Progress|Result|Times|Trace)?");
    /** What an answer or an upstream may lack, and what the same may be called tomorrow. */
    private static final Pattern ASKED = Pattern.compile(
            "translation|translator|converter|codec|dialect|message|wholeMessage|stream|events|relay|answer|lane");
    private static final Pattern ASKING_FOR_NULL = Pattern.compile("isNull|nonNull|ofNullable|requireNonNull\\w*");
    private static final Set<Kind> BRANCHES = EnumSet.of(Kind.IF, Kind.WHILE_LOOP, Kind.DO_WHILE_LOOP, Kind.FOR_LOOP,
            Kind.ENHANCED_FOR_LOOP, Kind.CATCH, Kind.CONDITIONAL_EXPRESSION, Kind.CONDITIONAL_AND, Kind.CONDITIONAL_OR);

    private final Types types;
    private final CompilationUnitTree unit;
    private final String file;
    private final Found found;
    private Set<String> holders = new HashSet<>();
    private int complexity;

    Shape(Types types, CompilationUnitTree unit, String file, Found found) {
        this.types = types;
        this.unit = unit;
        this.file = file;
        this.found = found;
    }

    @Override
    public Void scan(Tree tree, Void nothing) {
        if (tree != null && BRANCHES.contains(tree.getKind())) {
            complexity++;
        }
        return super.scan(tree, nothing);
    }

    @Override
    public Void visitCase(CaseTree label, Void nothing) {
        if (!label.getExpressions().isEmpty()) {
            complexity++;
        }
        return super.visitCase(label, nothing);
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
        String name = type.getSimpleName().toString();
        if (getCurrentPath().getParentPath().getLeaf() == unit) {
            topLevel(type, name);
        }
        boolean failure = types.isFailure(name);
        if (failure && !has(type.getModifiers().getFlags(), Modifier.PRIVATE)) {
            found.add(Row.EXCEPTIONS, file, unit, type, name);
        }
        if (failure || FAILURE.matcher(name).matches()) {
            Types.fields(type).filter(field -> field.getType().toString().matches("boolean|Boolean"))
                    .forEach(field -> found.add(Row.FLAGS, file, unit, field, name + "." + field.getName()));
        }
        int outside = complexity;
        super.visitClass(type, nothing);
        complexity = outside;
        return null;
    }

    private void topLevel(ClassTree type, String name) {
        if (has(type.getModifiers().getFlags(), Modifier.PUBLIC)) {
            found.add(Row.PUBLIC, file, unit, type, name);
        }
        if (TRAVELS.matcher(name).matches()) {
            Types.fields(type).filter(field -> !has(field.getModifiers().getFlags(), Modifier.FINAL))
                    .forEach(field -> found.add(Row.MUTABLE, file, unit, field, name + "." + field.getName()));
        }
    }

    private static boolean has(Set<Modifier> modifiers, Modifier one) {
        return modifiers.contains(one);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
        int outside = complexity;
        Set<String> held = holders;
        complexity = 1;
        holders = new HashSet<>();
        super.visitMethod(method, nothing);
        if (complexity >= COMPLEX_FROM) {
            found.add(Row.COMPLEX, file, unit, method, method.getName() + ": " + complexity);
        }
        complexity = outside;
        holders = held;
        return null;
    }

    @Override
    public Void visitConditionalExpression(ConditionalExpressionTree ternary, Void nothing) {
        found.add(Row.TERNARIES, file, unit, ternary);
        return super.visitConditionalExpression(ternary, nothing);
    }

    @Override
    public Void visitBinary(BinaryTree binary, Void nothing) {
        switch (binary.getKind()) {
            case CONDITIONAL_AND, CONDITIONAL_OR -> found.add(Row.LOGIC, file, unit, binary);
            case EQUAL_TO, NOT_EQUAL_TO -> compared(binary, binary.getLeftOperand(), binary.getRightOperand());
            default -> { }
        }
        return super.visitBinary(binary, nothing);
    }

    private void compared(BinaryTree binary, ExpressionTree left, ExpressionTree right) {
        boolean withNull = left.getKind() == Kind.NULL_LITERAL || right.getKind() == Kind.NULL_LITERAL;
        if (withNull && (isAskedOrHeld(left) || isAskedOrHeld(right))) {
            found.add(Row.NULLS, file, unit, binary);
        }
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
        if (ASKING_FOR_NULL.matcher(nameOf(call.getMethodSelect())).matches()
                && call.getArguments().stream().anyMatch(this::isAskedOrHeld)) {
            found.add(Row.NULLS, file, unit, call);
        }
        return super.visitMethodInvocation(call, nothing);
    }

    /** Held by a variable, a {@code message()} is nearly always what an error says, not an answer. */
    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
        ExpressionTree value = variable.getInitializer();
        if (isAsked(value) && !value.toString().endsWith("message()")) {
            holders.add(variable.getName().toString());
        }
        return super.visitVariable(variable, nothing);
    }

    private boolean isAskedOrHeld(ExpressionTree tree) {
        return isAsked(tree) || tree instanceof IdentifierTree name && holders.contains(name.getName().toString());
    }

    private static boolean isAsked(ExpressionTree tree) {
        return tree instanceof MethodInvocationTree call && call.getArguments().isEmpty()
                && ASKED.matcher(nameOf(call.getMethodSelect())).matches();
    }
}
