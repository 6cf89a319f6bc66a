"""What people read and print: pictures, tables, and the one place where free text becomes safe."""
